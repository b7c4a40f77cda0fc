import type { PictureShelf } from '#shared/schemas/admin-products'
import type { Problem } from '#shared/schemas/problem'
import { maxUploadBytes } from '#shared/upload-limits'

/** A file on its way to the shop, with how much of it has gone. */
interface Sending { name: string, percent: number }

/** Sends a file as it is; `fetch` cannot tell how much of it has gone, this can. Rejects as the API does, with `statusCode` and `data`. */
function sendFile(path: string, file: File, onProgress: (percent: number) => void): Promise<PictureShelf> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.responseType = 'json'
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => onProgress(Math.round(loaded / Math.max(total, 1) * 100))
    request.onload = () => (request.status < 300
      ? resolve(request.response as PictureShelf)
      : reject(Object.assign(new Error('refused'), { statusCode: request.status, data: request.response as Problem })))
    request.onerror = () => reject(new Error('the connection was lost'))
    request.send(file)
  })
}

/** A product's pictures: upload with progress, the worker's progress after it, words, order and removal. */
export function usePictureShelf(slug: () => string, shelf: Ref<PictureShelf>) {
  const api = useShopperApi()
  const { announce } = useSpoken()
  const { sentenceForError } = useProblem()
  const sending = ref<Sending | null>(null)
  const finished = ref<string[]>([])
  const problem = ref('')
  const busy = ref(false)
  const path = (rest = '') => `/api/admin/products/${slug()}/pictures${rest}`

  async function upload(file: File, { alt, optionValue }: { alt: string, optionValue: string }) {
    if (file.size > maxUploadBytes) throw Object.assign(new Error('too large'), { data: { errors: [{ path: 'file', message: `It has ${(file.size / 1_000_000).toFixed(1)} MB; at most ${maxUploadBytes / 1_000_000}.` }] } })
    sending.value = { name: file.name, percent: 0 }
    announce(`Uploading ${file.name}.`)
    try {
      const query = new URLSearchParams({ alt, ...(optionValue && { optionValue }) })
      shelf.value = await sendFile(`${path()}?${query}`, file, (percent) => {
        if (sending.value) sending.value.percent = percent
      })
      announce('Uploaded. Its sizes are being made.')
    }
    finally {
      sending.value = null
    }
  }

  async function change(call: () => Promise<PictureShelf>, said: string) {
    if (busy.value) return
    busy.value = true
    problem.value = ''
    try {
      shelf.value = await call()
      announce(said)
    }
    catch (error) {
      problem.value = sentenceForError(error)
      shelf.value = await api<PictureShelf>(path()).catch(() => shelf.value)
    }
    busy.value = false
  }
  const move = (index: number, by: -1 | 1) => {
    const ids = shelf.value.pictures.map(one => one.id)
    const [moved] = ids.splice(index, 1)
    ids.splice(index + by, 0, moved!)
    return change(() => api<PictureShelf>(path(), { method: 'PATCH', body: { ids } }), `Now number ${index + by + 1}.`)
  }
  const remove = (id: string) => change(() => api<PictureShelf>(path(`/${id}`), { method: 'DELETE' }), 'The picture is gone.')
  const describe = (id: string, alt: string, optionValue: string | null) => change(() => api<PictureShelf>(path(`/${id}`), { method: 'PATCH', body: { alt, optionValue } }), 'Saved.')
  const retry = (id: string) => change(() => api<PictureShelf>(`/api/admin/products/${slug()}/uploads/${id}/retry`, { method: 'POST' }), 'Trying again.')
  const forget = (id: string) => change(() => api<PictureShelf>(`/api/admin/products/${slug()}/uploads/${id}`, { method: 'DELETE' }), 'Forgotten.')

  const open = computed(() => shelf.value.uploads.some(one => one.status !== 'failed'))
  let timer: ReturnType<typeof setTimeout> | undefined
  function follow() {
    clearTimeout(timer)
    if (!open.value) return
    timer = setTimeout(async () => {
      const before = shelf.value
      const now = await api<PictureShelf>(path()).catch(() => before)
      // The page passes it back with its next rendering only.
      shelf.value = now
      for (const { id } of before.uploads.filter(one => !now.uploads.some(other => other.id === one.id))) {
        const picture = now.pictures.find(one => one.uploadId === id)
        if (!picture) continue
        finished.value = [...finished.value, picture.id]
        announce('The picture is in the shop.')
      }
      const failed = now.uploads.find(one => one.status === 'failed' && before.uploads.some(other => other.id === one.id && other.status !== 'failed'))
      if (failed) announce(`An upload failed. ${failed.problem ?? ''}`)
      await nextTick()
      follow()
    }, 400)
  }
  onMounted(() => watch(() => open.value, follow, { immediate: true }))
  onBeforeUnmount(() => clearTimeout(timer))
  return { sending, finished, problem, busy, upload, move, remove, describe, retry, forget }
}
