import { darken, lighten, mix } from './colour.ts'
import { castShadow, contactShadow, shade, studio } from './light.ts'
import { palettes } from './palettes.ts'
import { createRandom } from './random.ts'
import { createSheet } from './sheet.ts'

const dome = 'M232 1000C240 900 300 850 322 690C330 600 340 480 352 420C362 376 400 356 450 360C560 372 640 372 740 358C800 352 836 372 846 420C862 480 868 600 880 690C904 850 964 900 972 1000C900 1016 860 984 800 1002C740 1020 700 990 640 1006C570 1022 530 990 460 1006C390 1020 320 990 250 1000Z'

/** Paper, string and a tag. */
function parcel(paper: string, string: string): string {
  const sheet = createSheet()
  const face = 'M270 430L930 430L930 990L270 990Z'
  return sheet.finish(1200, 1200, `${studio(sheet, 'warm', 900)}${contactShadow(sheet, 600, 1000, 350, 40, 0.6)}${castShadow(sheet, face, 36, 20, 26, 0.26)}
    <path d="M270 430L352 352H1004L930 430Z" fill="${lighten(paper, 0.24)}"/><path d="M930 430L1004 352V902L930 990Z" fill="${darken(paper, 0.26)}"/><path d="${face}" fill="${paper}"/>
    <path d="M270 430L402 560H798L930 430M402 560L300 990M798 560L890 990" fill="none" stroke="${shade}" stroke-opacity=".14" stroke-width="4"/><path d="M270 430L402 560H798L930 430Z" fill="#fff" opacity=".13"/>
    <path d="${face}" fill="${sheet.linear([[0, '#ffffff', 0.2], [0.5, '#ffffff', 0], [1, shade, 0.24]], [0, 0, 1, 1])}"/>
    <path d="M560 352L528 430V990M270 700H930L1004 616" fill="none" stroke="${darken(string, 0.4)}" stroke-width="15" transform="translate(4 5)" stroke-opacity=".5"/><path d="M560 352L528 430V990M270 700H930L1004 616" fill="none" stroke="${string}" stroke-width="12"/><path d="M560 352L528 430V990M270 700H930L1004 616" fill="none" stroke="${lighten(string, 0.5)}" stroke-width="3" stroke-dasharray="7 9"/>
    <path d="M528 700C440 600 380 640 404 690S500 716 528 700C620 600 676 640 654 690S560 716 528 700C500 760 480 800 450 830M528 700C560 760 590 790 610 836" fill="none" stroke="${string}" stroke-width="12" stroke-linecap="round"/><circle cx="528" cy="700" r="17" fill="${darken(string, 0.15)}"/>
    <path d="M560 730L690 800" stroke="${string}" stroke-width="5"/><path d="M686 782L728 770L850 836L812 906L690 840Z" fill="${shade}" opacity=".22" transform="translate(8 12)"/><path d="M686 782L728 770L850 836L812 906L690 840Z" fill="#f6efe1"/><circle cx="712" cy="798" r="9" fill="${darken(paper, 0.3)}"/>`)
}

/** Something under a sheet, as in a house that is shut for the winter. */
function covered(cloth: string): string {
  const sheet = createSheet()
  return sheet.finish(1200, 1200, `${studio(sheet, 'cool', 900)}${contactShadow(sheet, 600, 1000, 370, 44, 0.6)}<path d="${dome}" fill="${cloth}"/>
    <g clip-path="${sheet.clip(dome)}"><g filter="${sheet.blur(17, 0.1)}" fill="none" stroke-linecap="round"><path d="M520 360C400 480 400 720 350 1010M640 350C690 520 620 760 660 1020M760 410C860 560 800 800 850 1010M440 520C470 700 440 860 470 1010" stroke="${shade}" stroke-opacity=".3" stroke-width="40"/><path d="M470 370C350 490 350 720 296 1010M590 350C630 520 560 760 592 1020M710 390C800 560 740 800 786 1010M390 560C420 700 390 860 416 1010" stroke="#fff" stroke-opacity=".5" stroke-width="34"/></g></g>
    <path d="${dome}" fill="${sheet.linear([[0, '#ffffff', 0.2], [0.5, '#ffffff', 0], [1, shade, 0.36]], [0, 0, 1, 0.5])}"/>`)
}

/** Stands in for a picture that can't be reached: a parcel or a covered thing, chosen and coloured by the text. 1200 × 1200. */
export function drawPlaceholder(seedText: string): string {
  const random = createRandom(seedText)
  const palette = random.pick(Object.values(palettes))
  const ink = random.pick(palette.inks)
  if (random.chance(0.75)) return parcel(mix(random.pick(['#c6a578', '#d8cbb2', palette.wall]), ink, 0.14), ink)
  return covered(mix(mix(ink, palette.wall, 0.5), '#e6dfd2', 0.4))
}
