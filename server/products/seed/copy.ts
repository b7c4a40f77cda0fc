import type { Kind } from '../pictures/views.ts'

export interface Category {
  slug: string
  name: string
  story: string
}

export const categories: readonly Category[] = [
  { slug: 'prints', name: 'Prints', story: 'Every print starts as a page of arithmetic and ends as something to look at while the kettle boils. We print on heavy cotton paper with pigment inks, because a wall is a long commitment.' },
  { slug: 'mugs', name: 'Mugs', story: 'A mug is the picture you hold the most. Ours are stoneware, wrapped all the way round, and heavy enough to stay where they are put.' },
  { slug: 'totes', name: 'Totes', story: 'A bag should carry more than it weighs, and say something while it does. Thick cotton, flat seams, and handles sewn with the cross that sailmakers use.' },
  { slug: 'tees', name: 'Tees', story: 'We looked for a T-shirt that still looks like itself after fifty washes, then we drew on it. Water-based inks sink into the cotton, so the pattern bends when you do.' },
  { slug: 'notebooks', name: 'Notebooks', story: 'Clothbound, thread-sewn, and they open flat, which is most of what a notebook has to do. The pattern is for the days when the pages stay empty.' },
  { slug: 'cushions', name: 'Cushions', story: 'A cushion is a painting that has agreed to be leaned on. Linen and cotton, piped by hand, with a zip that hides better than most.' },
]

/** What each kind is called after its design's name. */
export const suffixes: Readonly<Record<Kind, string>> = { print: 'Print', mug: 'Mug', tote: 'Tote', tee: 'Tee', notebook: 'Notebook', cushion: 'Cushion' }

/** How the pattern sits on the thing. */
export const openings: Readonly<Record<Kind, readonly string[]>> = {
  print: [
    'Here it has a whole sheet to itself.', 'It wants a wall with daylight from one side, and gets on with most lamps.', 'Good above a desk; better where one waits for someone.', 'Hang it at eye level, then ten centimetres lower.', 'A calm one for a hallway that has too many coats.', 'It reads from across the room and again from an inch away.', 'Leaning is fine. Prints don’t mind.', 'One is enough for a wall; two start a conversation.',
  ],
  mug: [
    'On a mug it goes all the way round, so the left-handed get a different view.', 'Best seen over the first coffee, before opinions.', 'The pattern runs round the outside; the inside is for tea.', 'It keeps its colours through the dishwasher and its dignity through the office kitchen.', 'Turn it while you think; that is what the curve is for.', 'It holds a proper amount and stands where it is put.', 'A good mug to be handed by someone else.', 'Also holds pencils, though it will look at you.',
  ],
  tote: [
    'On a bag it gets out more.', 'Room for a loaf, a laptop and a change of mind.', 'It hangs on the back of a door as if it had been asked to.', 'The cotton softens; the pattern stays put.', 'Takes the weekend shopping without growing longer on the way home.', 'For the market, the library, and the optimistic trip to the gym.', 'It folds to the size of a sandwich and then forgets that it did.', 'Carry it pattern out. The other side is for rain.',
  ],
  tee: [
    'Printed where you can point at it.', 'Worn soft from the first day, and softer later.', 'It goes under a jacket for work and over everything else.', 'A T-shirt with something to say, quietly.', 'The shoulders sit where shoulders are.', 'Looks as good on the line as on the person.', 'It has survived our own ironing, which is a high bar.', 'For people who get asked where they found it.',
  ],
  notebook: [
    'Bound between boards, so that lists feel like literature.', 'It opens flat and stays that way, at any page.', 'The elastic keeps bus tickets in and rain out.', 'For plans, receipts and the occasional true sentence.', 'Fits the bag that you already have.', 'The ribbon remembers where you were.', 'Fountain pens welcome; so are biros found in coats.', 'The first page is blank, as they all are. Start on the third.',
  ],
  cushion: [
    'On a cushion it learns to bend.', 'It cheers up a grey sofa without starting a fight.', 'Two of them make a nap official.', 'Plump at the corners, flat where the cat has been.', 'The pattern swells in the middle, which suits it.', 'Turn it round for guests: the back is one calm colour.', 'It has a zip, a washing label, and no other demands.', 'For the end of the sofa that everyone wants.',
  ],
}

/** What it is made of; {…} is filled from the product's attributes. */
export const makings: Readonly<Record<Kind, readonly string[]>> = {
  print: [
    'Giclée, {inks} pigment inks on {weight} gsm {paper} paper. Colours are rated for {years} years out of direct sun, which is longer than most sofas.',
    'Printed in small batches on {weight} gsm {paper} paper with a soft tooth. {inks} inks, no plastic coating, no shine.',
    'A {weight} gsm sheet of {paper} paper, {inks} inks, a clean white margin for handling. Frames are solid wood with real glass.',
    'The paper is {weight} gsm {paper}, and takes deep colours without shouting. It arrives flat, between boards, never in a tube.',
  ],
  mug: [
    'Stoneware, fired twice at {heat} °C. The pattern lies under the glaze, so nothing can scratch it off.',
    'Thrown in Stoke-on-Trent, glazed inside and out, with a bare clay foot that has been sanded so that it won’t scratch the table.',
    'Dense stoneware with a {finish} glaze. The handle takes three fingers, or four with friendship.',
    'Fired at {heat} °C until it rings. {finish} outside and in, with a foot of bare clay.',
  ],
  tote: [
    '{weight} gsm cotton canvas, woven and sewn in Portugal. It carries {load} kg; we checked with potatoes.',
    'Unbleached or piece-dyed canvas of {weight} gsm, flat-felled seams, no plastic anywhere. Rated for {load} kg.',
    'Heavy {weight} gsm cotton, good for {load} kg of anything. The handles are stitched with a boxed cross.',
    'Screen-printed by hand on {weight} gsm canvas. The ink is water-based and won’t crack.',
  ],
  tee: [
    '{weight} gsm {fabric}, ring-spun, pre-washed. A {fit} cut with a ribbed collar that stays flat.',
    'Knitted in Portugal from {fabric}, {weight} gsm. {fit} through the body, side seams, taped shoulders.',
    'Water-based inks on {weight} gsm {fabric}. It has a {fit} fit; take your usual size, or one up if it is going to be borrowed.',
    'Soft {fabric} of a middling weight ({weight} gsm), cut {fit}. Twin-needle hems, and no label at the neck to scratch.',
  ],
  notebook: [
    '{pages} pages of {weight} gsm cream paper, thread-sewn in sections. Cotton cloth over {board} mm board.',
    'Bound in printed cotton over {board} mm greyboard, {pages} pages, one ribbon, one elastic, one pocket at the back.',
    '{weight} gsm paper that takes ink on both sides. {pages} pages, numbered at the foot because someone will ask.',
    'Sewn, not glued: {pages} pages that lie open. The cloth is sealed, and shrugs off a ring of coffee.',
  ],
  cushion: [
    'Front in {fabric}, printed with pigment dyes; back in plain cotton. Contrast piping all round.',
    '{fabric} with a hidden zip along the lower edge. The piping is cut on the bias and sewn by people who are good at it.',
    'Woven {fabric}, {weight} gsm, with piping in a second colour. Covers come off without swearing.',
    'A cover of {fabric}, washed once so that it won’t shrink later. Filled or empty, as you like.',
  ],
}

export const care: Readonly<Record<Kind, readonly string[]>> = {
  print: ['Dust the glass with a dry cloth.', 'Keep it out of direct sun.', 'Hold the sheet by its margins.'],
  mug: ['Dishwasher and microwave: yes.', 'Not for the hob.', 'Tea stains come off with bicarbonate of soda.'],
  tote: ['Wash at 30 °C, inside out.', 'Iron the back, not the print.', 'Dry flat to keep its shape.'],
  tee: ['Wash at 30 °C, inside out.', 'Line-dry; it knows what to do.', 'Iron around the print.'],
  notebook: ['Wipe the cover with a damp cloth.', 'Refill: no. Re-read: please.', 'Keep away from open bath water.'],
  cushion: ['Cover: wash at 30 °C, zip closed.', 'Feather fillings want a shake every morning.', 'Do not tumble-dry.'],
}

export const closings: readonly string[] = [
  'Drawn by our own code and checked by eye.',
  'The drawing is ours; so are the mistakes, of which we left one in.',
  'Made in small runs. When it is gone, it may come back, or not.',
  'Ships in paper and card, with no plastic to feel guilty about.',
  'No two designs share a number; this one took a few hundred tries.',
  'If it isn’t right, send it back within sixty days and tell us why, or don’t.',
  'A pattern by Monolith Supply, from a seed of its own.',
  'We have one at home.',
]
