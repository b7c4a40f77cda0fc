/** Each scene as a picture of a few pixels, by its key. Made by scripts/previews.ts. */
export const scenePreviews: Readonly<Record<string, string>> = {
  'hero-wide-2': 'data:image/gif;base64,R0lGODdhCgAFAKIAAODQvE9OSaWAXLi1rIt9cHpjVK+Xg822nywAAAAACgAFAAADHggAAIB3ZgAIMHCGRkZnWDQjhVVwdThDVYEmMkZYlQA7',
  'hero-tall-2': 'data:image/gif;base64,R0lGODdhCgANAKIAAOrZxHI+N6uTfYFmTtO/qldTTbaolp59YSwAAAAACgANAAADTQgAAIBEJgAIAACEIgAACAAkggAAZkgkQoRAZmIoR0aGM2NySGISgSFyJEhEZIJyBAQIJCKHBEZEaCIigCJyNzhzd4VVMzMoclOFdzMJADs=',
  'cover-prints-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAANTOu5B7Ybebe3KHiN69i5KKfLuynp+bjywAAAAACgAGAAADJAgAAIBgdgBIYGOFd2BCaHNyhQAmdnhVZYAGJlIYISKCEhERCQA7',
  'cover-mugs-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAAOLLtG5pSquRfYtqVMWrj5uonn2GgJl+ZywAAAAACgAGAAADJAgAAIBAJAAIAACEIgBASAAkh2RSFxhxZ4JHIXB4c3eHMzczCQA7',
  'cover-totes-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAAMvLwjg8P317e8GomE9TWqStrM+7p52XkywAAAAACgAGAAADJAhgYIYgdQBoYAOEcmBmOEcRgmBjJxgRAoZjIxEYUlWGI3InCQA7',
  'cover-tees-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAAM/GuEFRQ6SZjnFyZMaYkbq2rN3UxlxhVCwAAAAACgAGAAADJAgGBoAlIgAIZlaHMVVlaFBzgVUFRChzV4UFJRIYVyKFUDI3CQA7',
  'cover-notebooks-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAANLSxEJQQKiLca+nlnxnU5JsVmVTR8O8qiwAAAAACgAGAAADJAgAAIAAMzd4d3eDIjJwKCIygnJwIlgRJIM3VhYYJSKCVERWCQA7',
  'cover-cushions-2': 'data:image/gif;base64,R0lGODdhCgAGAKIAANfWxlxmZaqMcZmZkNi5loaDfb66scWnhywAAAAACgAGAAADJAgAAIBgM1BYA3SDUxAlaCdThVYhdDhWZYFRIlJYMzODU1UVCQA7',
}
