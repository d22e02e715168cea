//! What a file says about itself: contents, page labels, links, metadata, boxes.
