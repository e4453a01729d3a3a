"""How what is handed out is made: the app layer, the runtimes, the products and the papers beside them."""
