/** Looks at the text of a host for what private addresses usually begin with, and does not ask where a name leads. */
export const looksPublic = (host: string): boolean => !/^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(host)
