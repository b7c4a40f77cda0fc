import { z } from 'zod'

/** Text that the database can keep, without blanks around it: no control characters but line breaks and tabs, no half of a surrogate pair. */
export const optionalText = (max: number) => z.string().trim().max(max)
  .refine(value => value.isWellFormed() && !/[\p{Cc}--[\n\r\t]]/v.test(value), 'Contains characters that cannot be kept')

/** The same, and there is some. */
export const text = (max: number, missing: string) => optionalText(max).min(1, missing)
