import { z } from 'zod'

/** Marks that turn the direction of what stands beside them, or take no room: with them one name looks like another. The joiners of letters and emoji are none of them. */
const unseen = /[\u{61C}\u{200B}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2060}-\u{206F}\u{FEFF}\u{FFF9}-\u{FFFB}]/gu

/** What the database can keep: no control characters but line breaks and tabs, no half of a surrogate pair. */
export const isKeepable = (value: string) => value.isWellFormed() && !/[\p{Cc}--[\n\r\t]]/v.test(value)
const refusal = 'Contains characters that cannot be kept'

/** Text as people write it, without blanks around it and without marks that nobody sees; composed (NFC), so that what looks alike is alike. */
export const optionalText = (max: number) => z.string().normalize('NFC').overwrite(value => value.replace(unseen, '')).trim().max(max).refine(isKeepable, refusal)

/** The same, and there is some. */
export const text = (max: number, missing: string) => optionalText(max).min(1, missing)

const onOneLine = (value: string) => value.replaceAll(/\s+/gu, ' ')

/** The same on one line: what stands in a greeting or on a label begins no new one. */
export const optionalLine = (max: number) => z.string().normalize('NFC').overwrite(value => onOneLine(value.replace(unseen, ''))).trim().max(max).refine(isKeepable, refusal)
export const line = (max: number, missing: string) => optionalLine(max).min(1, missing)
