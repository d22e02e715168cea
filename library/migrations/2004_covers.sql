-- A book's own cover, besides the one its rendition brings. cover is JSON: its version and the paths
-- of its sizes. cover_wanted is the version that was given last and is still to be made.
ALTER TABLE books ADD COLUMN cover TEXT;
ALTER TABLE books ADD COLUMN cover_wanted TEXT;
