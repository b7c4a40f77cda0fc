/** Takes out what is known to be bad. */
export const withoutScripts = (html: string): string => html.replace(/<script\b[^>]*>[\s\S]*?<\/script>/gi, '').replace(/\son\w+="[^"]*"/gi, '').replaceAll('javascript:', '')
