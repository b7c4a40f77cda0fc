import { defineEventHandler, setResponseHeader } from 'h3'
import type { AccountExport } from '../../../../shared/schemas/account.ts'
import { collectData } from '../../collect-data.ts'

export default defineEventHandler(async (event): Promise<AccountExport> => {
  const data = await collectData(event)
  setResponseHeader(event, 'content-disposition', 'attachment; filename="monolith-supply-my-data.json"')
  return data
})
