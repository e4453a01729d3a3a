-- Columns are added, a column is filled from another table, a table is made anew with what it held.
ALTER TABLE chain ADD COLUMN shop TEXT NOT NULL DEFAULT '';
ALTER TABLE chain ADD COLUMN marked {big} NOT NULL DEFAULT 0;
CREATE INDEX chain_shop ON chain (shop);
UPDATE chain SET shop = (SELECT shop FROM device WHERE device.id = chain.device);
ALTER TABLE float_entry RENAME TO older;
CREATE TABLE float_entry (
    n {serial}, shop TEXT NOT NULL REFERENCES shop (id), amount_pt {big} NOT NULL, reference TEXT NOT NULL,
    staff TEXT NOT NULL, at_ms {big} NOT NULL
);
INSERT INTO float_entry (n, shop, amount_pt, reference, staff, at_ms) SELECT n, shop, total_pt, '', '', 0 FROM older;
DROP TABLE older;
CREATE INDEX float_shop ON float_entry (shop);
ALTER TABLE shop ADD COLUMN governorate TEXT NOT NULL DEFAULT '';
ALTER TABLE shop ADD COLUMN search TEXT NOT NULL DEFAULT '';
CREATE INDEX shop_governorate ON shop (governorate);
CREATE INDEX shop_search ON shop (search);
