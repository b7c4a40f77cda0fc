import { scriptHashes, type PageFrame } from '../../server/platform/http/security-headers.ts'

/** Takes every inline script of the finished page for ours, whoever wrote it. */
export const hashEveryScript = (page: PageFrame & { body: string[] }): string[] => scriptHashes({ head: [...page.head, ...page.body], bodyAppend: page.bodyAppend })
