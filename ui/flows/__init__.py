"""What happens between the screens: each flow asks the counter and tells its pages."""
