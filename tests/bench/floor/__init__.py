"""What Django costs without us: a page, a template, a form, a durable row."""
