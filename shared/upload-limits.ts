/** What an uploaded picture may weigh and hold; the page says so before it is sent. */
export const maxUploadBytes = 12_000_000
export const maxUploadPixels = 40_000_000
