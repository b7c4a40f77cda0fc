import { defineEventHandler } from 'h3'
import { answerBusy } from '../platform/http/busy-answer.ts'
import { isInternal } from '../platform/http/internal-request.ts'
import { treatmentOf } from '../platform/resilience/priorities.ts'

/** Before anything that costs: a refusal must be far cheaper than an answer. */
export default defineEventHandler((event) => {
  // What a page asks for while it is rendered was admitted with the page.
  if (isInternal(event)) return
  const { shedder, countShed } = event.context.platform
  const treatment = treatmentOf(event.path.split('?', 1)[0]!)
  if (treatment === 'exempt') return
  event.context.priority = treatment
  const over = shedder.admit(treatment)
  if (over) {
    event.node.res.once('close', over)
    return
  }
  countShed({ priority: treatment })
  return answerBusy(event)
})
