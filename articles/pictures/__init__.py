"""Pictures: the uploaded files, their renditions, and the HTML that shows them."""
