import { defineEventHandler } from 'h3'
import { wishBody, type WishedIds } from '../../../../../shared/schemas/wishlist.ts'
import { readJson } from '../../../../platform/http/input.ts'
import { wishFor } from '../../../change-wishlist.ts'

export default defineEventHandler(async (event): Promise<WishedIds> => wishFor(event, (await readJson(event, wishBody)).productId))
