import { printed } from '../artwork.ts'
import type { Artwork } from '../artwork.ts'
import { darken, lighten, luminance } from '../colour.ts'
import { castShadow, shade, threads } from '../light.ts'
import { colourOf } from '../palettes.ts'
import { disc, flat, rect } from '../shape.ts'
import type { Point, Projection } from '../shape.ts'
import type { Sheet } from '../sheet.ts'

const body = 'M-150 -428C-96 -398 96 -398 150 -428L262 -386C284 -376 292 -350 296 -326C286 -120 288 180 304 420C306 440 296 446 280 448C100 466 -100 466 -280 448C-296 446 -306 440 -304 420C-288 180 -286 -120 -296 -326C-292 -350 -284 -376 -262 -386Z'
const sleeve = 'M240 -394C300 -372 344 -330 372 -270L478 -66C484 -54 480 -46 470 -42L336 6C322 10 316 6 312 -6L282 -110Z'
/** The ribs of the collar, from its inner edge to its seam. */
const ribs = Array.from({ length: 35 }, (_, i) => {
  const angle = Math.PI * (0.05 + (0.9 * i) / 34)
  const [x, y] = [Math.cos(angle), Math.sin(angle)]
  return `M${Math.round(116 * x)} ${Math.round(-438 + 116 * y ** 0.8)}L${Math.round(148 * x)} ${Math.round(-430 + 143 * y ** 0.8)}`
}).join('')
const ribOuter = 'M-150 -430C-128 -330 -70 -286 0 -286S128 -330 150 -430L118 -440C100 -362 62 -322 0 -322S-100 -362 -118 -440Z'

/** A tee laid flat, centred on 0, 0; 960 wide over the sleeves, 890 long. */
export function drawTee(sheet: Sheet, art: Artwork, shadow = true): string {
  const cloth = colourOf(art.colour)
  const dark = luminance(cloth) < 0.2
  const stitch = dark ? lighten(cloth, 0.28) : darken(cloth, 0.26)
  const drape: Projection = { map: ([x, y]) => [x + Math.sin(y / 120 + x / 300) * 4, y + Math.sin(x / 85) * 4], scale: 1, step: 46 }
  const whole = art.layout === 'full'
  const [w, h] = whole ? [980, 920] : art.layout === 'round' ? [380, 380] : [360, 440]
  const [x, y] = whole ? [-490, -450] : [-w / 2, -214]
  const projection: Projection = { ...drape, map: ([px, py]) => drape.map([px + x, py + y]) }
  const region = art.layout === 'round' ? { within: disc(w / 2, h / 2, w / 2, 28), smooth: true } : { within: rect(0, 0, w, h), smooth: false }
  const art2 = printed(sheet, art, { width: w, height: h, projection, within: region.within, smooth: region.smooth, ground: cloth })
  const clipBody = sheet.clip(body)
  const mirror = (content: string) => `${content}<g transform="scale(-1 1)">${content}</g>`
  const sleeves = `<path d="${sleeve}" fill="${darken(cloth, 0.05)}"/>`
  const cuff = `<path d="M326 -14L468 -64" stroke="${stitch}" stroke-width="2.2" stroke-dasharray="7 5" fill="none"/>`
  const folds = `<g filter="${sheet.blur(17, 0.1)}" fill="none" stroke-linecap="round">
    <path d="M-282 -120C-180 -80 -120 -20 -60 70M284 -140C200 -60 150 20 120 130M-250 330C-120 280 -40 300 60 380M-210 -330C-190 -230 -196 -160 -232 -90M240 300C200 220 190 120 214 30M330 -240C360 -190 380 -120 392 -70M-330 -240C-360 -190 -380 -120 -392 -70" stroke="${shade}" stroke-opacity="${dark ? 0.3 : 0.17}" stroke-width="26"/>
    <path d="M-262 -150C-170 -116 -100 -60 -40 30M262 -160C180 -90 126 -10 98 100M-250 294C-120 246 -20 262 80 340M-180 -340C-160 -240 -166 -170 -200 -100" stroke="#fff" stroke-opacity="${dark ? 0.06 : 0.24}" stroke-width="24"/></g>`
  // The left sleeve runs the same way round as the body: where they overlap, the other way would leave a hole.
  const silhouette = sheet.clip(`${body}${sleeve}M-240 -394L-282 -110L-312 -6C-316 6 -322 10 -336 6L-470 -42C-480 -46 -484 -54 -478 -66L-372 -270C-344 -330 -300 -372 -240 -394Z`)
  return `${shadow ? castShadow(sheet, `${body}${sleeve}M-240 -394C-300 -372 -344 -330 -372 -270L-478 -66L-470 -42L-336 6L-282 -110Z`, 14, 20, 14, 0.36) : ''}
    <path d="M-124 -440C-60 -470 60 -470 124 -440C96 -360 60 -318 0 -316S-96 -360 -124 -440Z" fill="${darken(cloth, 0.34)}"/>
    <path d="M-118 -440C-60 -462 60 -462 118 -440C70 -426 -70 -426 -118 -440Z" fill="${darken(cloth, 0.18)}"/>
    <rect x="-20" y="-430" width="40" height="24" rx="3" fill="${lighten(cloth, 0.6)}" opacity=".85"/>
    ${mirror(sleeves)}${whole ? `<g clip-path="${silhouette}">${art2}</g>` : ''}${mirror(cuff)}
    <path d="${body}" fill="${cloth}"/><g clip-path="${clipBody}">${art2}</g>
    <path d="${ribOuter}" fill="${dark ? lighten(cloth, 0.07) : darken(cloth, 0.09)}"/><path d="${ribs}" clip-path="${sheet.clip(ribOuter)}" fill="none" stroke="${shade}" stroke-opacity="${dark ? 0.4 : 0.2}" stroke-width="2.6"/><path d="M-118 -440C-100 -362 -62 -322 0 -322S100 -362 118 -440" fill="none" stroke="${dark ? lighten(cloth, 0.2) : darken(cloth, 0.3)}" stroke-opacity=".7" stroke-width="3"/><path d="M-150 -430C-128 -330 -70 -286 0 -286S128 -330 150 -430" fill="none" stroke="${stitch}" stroke-width="2.4" stroke-dasharray="6 5"/>
    <path d="M-282 424C-100 444 100 444 282 424" fill="none" stroke="${stitch}" stroke-width="2.2" stroke-dasharray="8 5"/>
    <g clip-path="${silhouette}">${mirror(`<path d="M258 -396C288 -310 292 -200 288 -100" fill="none" stroke="${shade}" stroke-opacity=".3" stroke-width="4"/><path d="M252 -394C281 -310 285 -200 281 -100" fill="none" stroke="${stitch}" stroke-opacity=".5" stroke-width="2" stroke-dasharray="6 5"/>`)}</g>
    ${threads(silhouette, -500, -480, 1000, 960, 3.6, 0.55)}<g clip-path="${silhouette}">${folds}
    <rect x="-500" y="-480" width="1000" height="960" fill="${sheet.linear([[0, '#ffffff', dark ? 0.07 : 0.16], [0.45, '#ffffff', 0], [1, shade, 0.26]], [0, 0, 1, 0.8])}"/></g>`
}

/** The same tee, folded square for the shelf, centred on 0, 0; 560 × 640. */
export function drawFoldedTee(sheet: Sheet, art: Artwork): string {
  const cloth = colourOf(art.colour)
  const dark = luminance(cloth) < 0.2
  const face = 'M-272 -300C-180 -312 180 -312 272 -300C286 -296 288 -286 288 -270C292 -60 290 120 286 292C284 312 276 318 258 320C90 330 -90 330 -258 320C-276 318 -284 312 -286 292C-290 120 -292 -60 -288 -270C-288 -286 -286 -296 -272 -300Z'
  const whole = art.layout === 'full'
  const [w, h] = whole ? [600, 660] : art.layout === 'round' ? [380, 380] : [360, 440]
  const region = art.layout === 'round' ? { within: disc(w / 2, h / 2, w / 2, 28), smooth: true } : { within: rect(0, 0, w, h) as Point[], smooth: false }
  const layer = (dx: number, dy: number, tone: string) => `<path d="${face}" transform="translate(${dx} ${dy})" fill="${tone}"/>`
  return `${castShadow(sheet, face, 26, 34, 17, 0.45)}${layer(7, 17, darken(cloth, 0.36))}${layer(4, 10, darken(cloth, 0.16))}${layer(2, 6, darken(cloth, 0.4))}
    <path d="${face}" fill="${cloth}"/>
    <g clip-path="${sheet.clip(face)}">${printed(sheet, art, { width: w, height: h, projection: flat(1, -w / 2, whole ? -330 : -150), within: region.within, smooth: region.smooth, ground: cloth })}
    ${threads(sheet.clip(face), -300, -320, 600, 660, 3.6, 0.55)}
    <g filter="${sheet.blur(10, 0.1)}" fill="none" stroke-linecap="round"><path d="M-276 -60C-200 -30 -140 40 -110 130M280 60C220 120 180 180 176 300M-240 290C-120 250 0 260 90 300" stroke="${shade}" stroke-opacity=".2" stroke-width="22"/><path d="M-250 -90C-170 -60 -110 10 -80 90M246 40C190 100 150 160 146 280" stroke="#fff" stroke-opacity="${dark ? 0.06 : 0.24}" stroke-width="22"/></g></g>
    <path d="M-138 -306C-118 -226 -66 -188 0 -188S118 -226 138 -306C60 -312 -60 -312 -138 -306Z" fill="${darken(cloth, 0.1)}"/><path d="M-104 -307C-90 -250 -52 -222 0 -222S90 -250 104 -307C50 -311 -50 -311 -104 -307Z" fill="${darken(cloth, 0.38)}"/><path d="M-104 -307C-60 -292 60 -292 104 -307" fill="${darken(cloth, 0.16)}"/><rect x="-19" y="-296" width="38" height="22" rx="3" fill="${lighten(cloth, 0.6)}"/>
    <path d="${face}" fill="${sheet.linear([[0, '#ffffff', dark ? 0.08 : 0.16], [0.45, '#ffffff', 0], [1, shade, 0.24]], [0, 0, 1, 1])}"/>`
}
