/** The text of assets/main.css. Importing it as text would take it for styles of the page and unlink it from all others. */
declare const __STYLE_SHEET__: string
