import type { PatternName } from '../pictures/patterns/index.ts'

export interface Design {
  name: string
  pattern: PatternName
  seed: number
  palette: string
  /** One sentence about this pattern alone. */
  note: string
}

type Line = readonly [name: string, palette: string, note: string]

const drawn: Readonly<Record<PatternName, readonly Line[]>> = {
  block: [
    ['Nursery School, Dessau', 'marigold', 'Arches, discs and steps, put away neatly by someone who was not asked to.'],
    ['Corner Shop', 'lido', 'Sixty shop windows at once, and every one of them has something round in it.'],
    ['Tuesday Matinee', 'plum', 'Half circles that look like an audience if you sit far enough back.'],
    ['Scaffold', 'soot', 'Mostly black, mostly right angles, with one red thing that knows it is noticed.'],
    ['The Good Biscuits', 'butter', 'Quarters, halves and wholes, arranged like the tin nobody may open before four.'],
    ['Municipal Pool', 'harbour', 'Deep end on the left; the shallow end is a matter of opinion.'],
    ['Brickfield Road', 'brick', 'A street plan by a town council with a compass and a sense of humour.'],
    ['Small Parliament', 'fog', 'Everyone has a seat, nobody faces the same way.'],
  ],
  cutout: [
    ['Scissors, Paper, Fern', 'kelp', 'Seaweed cut in one go, without lifting the scissors or the chin.'],
    ['Sunday Leftovers', 'heather', 'What stayed on the table after the big shapes had gone.'],
    ['Greenhouse Argument', 'moss', 'Ferns and flowers, each on its own square, so that nobody has to share.'],
    ['Nice, Second Floor', 'lido', 'The view from a room where someone cut paper in bed for eleven years.'],
    ['Pip and Frond', 'marigold', 'Seeds next to leaves: the before and the after of the same idea.'],
    ['Rockpool Register', 'harbour', 'An honest list of what the tide left, with no Latin in it.'],
    ['Kitchen Collage', 'brick', 'Warm squares with cool guests, pasted a little off the straight on purpose.'],
    ['Glue Stick Summer', 'butter', 'The colour of a school holiday seen from the middle of it.'],
  ],
  drift: [
    ['Slow Current', 'salt', 'Strokes that follow one current and keep their distance, like polite swimmers.'],
    ['Starling Weather', 'soot', 'Twenty minutes of one evening in October, drawn without the noise.'],
    ['Combed Field', 'kelp', 'Barley, from above, after a wind that could not decide.'],
    ['Ember Map', 'clay', 'Where the heat went, as far as anyone could follow it.'],
    ['Undertow', 'ink', 'Calm at the top; have a look at the lower left.'],
    ['Cat on a Rug', 'marigold', 'The nap of a rug, brushed both ways by someone who lives there.'],
    ['Long Exposure, Ring Road', 'plum', 'Traffic, forgiven by a slow shutter.'],
    ['Eddy and Sons', 'lido', 'Small whirls in a big stream; a family business, it seems.'],
  ],
  dune: [
    ['Second Dune on the Left', 'brick', 'Directions to a place that will have moved by morning.'],
    ['Low Water', 'lido', 'Sandbanks at the hour when the map is briefly correct.'],
    ['Camel, Not Pictured', 'marigold', 'Six ridges, one sun, and a great deal of room for a camel.'],
    ['Evening, Allotments', 'moss', 'Green hills that are probably beanpoles if one walks closer.'],
    ['Hill Fog Later', 'fog', 'The forecast said so, and for once one did not mind.'],
    ['Terracotta Coast', 'clay', 'Cliffs the colour of flowerpots, in good order.'],
    ['Rosé, Outside', 'plum', 'A pink hour, held still for as long as the glass lasts.'],
    ['Far Ploughing', 'butter', 'Furrows combed into hills by a tractor that we left out.'],
  ],
  moire: [
    ['Standing Wave', 'harbour', 'Lines that swell where there is nothing underneath; look away, they carry on.'],
    ['Curtain Call', 'soot', 'Black and bone, drawn apart a little, as at the end of a short play.'],
    ['Radio Silence', 'fog', 'A signal, very quiet, from a station that only broadcasts weather.'],
    ['Knees of the Sea', 'lido', 'The place where a wave folds before it stands up.'],
    ['Zebra Standard', 'ink', 'No two alike; this is the one that we measured the others by.'],
    ['Warm Front', 'brick', 'Isobars that have had lunch.'],
    ['Velvet Rope', 'plum', 'It looks soft from here, and keeps one exactly here.'],
    ['Ripple Tax', 'kelp', 'What the pond charges for a stone.'],
  ],
  night: [
    ['Nothing on the Radio', 'ink', 'A clear night, several miles from the nearest opinion.'],
    ['Moon over the Depot', 'harbour', 'Rather more moon than the depot had asked for.'],
    ['Unnamed Constellations', 'heather', 'The lines are ours; join them differently if you see a horse.'],
    ['Late Bus Home', 'moss', 'What one sees from the stop once the timetable has been given up.'],
    ['Small Hours', 'plum', 'Two in the morning, on a good one.'],
    ['Shepherd, Off Duty', 'clay', 'Red hills, a low moon, and nobody counting anything.'],
    ['Telescope, Borrowed', 'salt', 'More stars than we can return.'],
    ['Sleeper to Fort William', 'soot', 'The hills that go by while the tea goes cold.'],
  ],
  orchard: [
    ['Fruit Bowl, Exploded', 'marigold', 'Everything cut through the middle, to be fair to all.'],
    ['Button Tin', 'plum', 'Every coat the family ever had, by its buttons.'],
    ['Loose Change', 'soot', 'Found down the side of an armchair and counted twice.'],
    ['Citrus Parade', 'butter', 'Slices in a row that would not stay in a row.'],
    ['Wheels within Reason', 'fog', 'Circles packed until no more would fit, then we stopped.'],
    ['Marble Season', 'lido', 'The third week of term, when the playground has its own currency.'],
    ['Pond, Frogs Implied', 'kelp', 'Lily pads of all ranks; the frogs are a matter of faith.'],
    ['Jupiter and Friends', 'harbour', 'Planets, some with weather, none to scale.'],
  ],
  pebble: [
    ['Shingle Walk', 'salt', 'Stones at arm’s length: the ones that one picks up and the ones that one keeps.'],
    ['Dry Stone', 'fog', 'A wall that has stood for two centuries by leaning on itself.'],
    ['Giraffe at Rest', 'clay', 'It may also be a dried riverbed. It has never said.'],
    ['Crazy Paving', 'brick', 'Laid over one bank holiday by an uncle with a theory.'],
    ['Sea Glass', 'lido', 'Bottles, after forty years of being told to calm down.'],
    ['Turtle Municipality', 'moss', 'Every plate a district, with a slow and steady administration.'],
    ['Chalk Beach', 'soot', 'White stones, grey stones, and the red one that you would have pocketed too.'],
    ['Boiled Sweets', 'plum', 'All the good colours, none of them stuck together.'],
  ],
  relief: [
    ['Ordnance, Imagined', 'kelp', 'A walking map of somewhere with excellent hills and no car park.'],
    ['Cutaway', 'plum', 'Paper laid on paper until there was a valley.'],
    ['Tarn', 'harbour', 'A small cold lake with all its shores accounted for.'],
    ['Contour Club', 'salt', 'Every line the same height; no line the same mood.'],
    ['Butter Mountain', 'butter', 'Soft slopes, gentle gradients, popular with beginners.'],
    ['Geologist’s Holiday', 'clay', 'Layers, and then, when one thought that was all, layers.'],
    ['Archipelago, Unclaimed', 'lido', 'Eleven islands, no ferry.'],
    ['Night Survey', 'ink', 'Mapped by torchlight, and remarkably close.'],
  ],
  scale: [
    ['Carp Sunday', 'marigold', 'Scales that catch the light of a pond with nobody in charge.'],
    ['Blue Ocean, Indoors', 'harbour', 'The old wave pattern, each one slightly late.'],
    ['Roof of the Bathhouse', 'clay', 'Tiles that keep the steam in and the gossip dry.'],
    ['Fan Club', 'plum', 'Folding fans, opened at the same piece of news.'],
    ['Thirty Umbrellas', 'salt', 'Rain, seen by the rain.'],
    ['Dragon, Retired', 'moss', 'Good scales, well looked after, one careful owner.'],
    ['Amphitheatre', 'fog', 'Rows that carry a whisper to the back.'],
    ['Sardine Tuesday', 'lido', 'Silver and blue and slightly too close together.'],
  ],
  seedhead: [
    ['Golden Angle', 'marigold', 'Each seed 137.5 degrees on from the last, as sunflowers have always done it.'],
    ['Confetti, Organised', 'lido', 'A celebration that someone thought through.'],
    ['Dandelion Clock', 'heather', 'Roughly half past two.'],
    ['Firework, Third from Last', 'ink', 'Not the finale; the one before people were expecting it.'],
    ['Pine Cone, Overhead', 'kelp', 'Eight spirals one way, thirteen the other; count them, we did.'],
    ['Sunday Artichoke', 'moss', 'Leaves in order of importance.'],
    ['Peach Stone', 'brick', 'Warm at the rim, dark where it began.'],
    ['Shoal', 'harbour', 'Several hundred fish who agree on everything.'],
  ],
  stem: [
    ['Herbarium, Unlabelled', 'kelp', 'Plants that do not exist, pressed with the respect due to those that do.'],
    ['Hedge School', 'butter', 'What grows at the edge of the field when nobody has a plan.'],
    ['Tall Orders', 'marigold', 'Stems that each wanted to be at the back of the photograph.'],
    ['Night Garden', 'moss', 'The same flower bed, after it thinks you have gone in.'],
    ['Dried, Not Forgotten', 'clay', 'A bunch from last summer that got better with dust.'],
    ['Physic Garden', 'salt', 'Good for coughs, sighs, and long letters.'],
    ['Verge', 'plum', 'Seen from a slow car with the window down.'],
    ['Waiting Room Fern', 'lido', 'Greener than it needs to be, given the company.'],
  ],
  tile: [
    ['Lisbon, Third Landing', 'harbour', 'The floor one notices on the way up, because of the stairs.'],
    ['Bathhouse Hours', 'lido', 'Eight-fold, cool underfoot, closed on Mondays.'],
    ['Grandmother’s Hall', 'brick', 'A hall floor that has heard every hello since 1911.'],
    ['Pastry Counter', 'butter', 'Rosettes in rows; the third from the left is yours.'],
    ['Station Buffet', 'moss', 'Encaustic, hard-wearing, faintly of oranges.'],
    ['Confessional', 'plum', 'A quiet pattern with a good deal to say.'],
    ['Checkmate in Nine', 'soot', 'A board for a game with petals.'],
    ['Courtyard, Noon', 'marigold', 'Stars on the floor to make up for the ones one can’t see.'],
  ],
  turn: [
    ['Roundabout, Scenic Route', 'fog', 'Lines that never end and see no reason to.'],
    ['Noodle Theory', 'marigold', 'All one strand, we suspect, though nobody has finished checking.'],
    ['Model Railway', 'moss', 'Enough track for the attic, the landing, and most of a marriage.'],
    ['Garden Hose, August', 'lido', 'Coiled by someone who had other things to do.'],
    ['Labyrinth for Beginners', 'soot', 'There is no middle, so one can’t miss it.'],
    ['Knitwear Diagram', 'plum', 'Over, under, and a firm word with the sleeve.'],
    ['Seventies Bedroom', 'brick', 'Yes, that wallpaper. It was right all along.'],
    ['Marble Run', 'heather', 'The ball went in at the top left some time ago.'],
  ],
  weave: [
    ['Basket Case', 'clay', 'Over and under with real conviction.'],
    ['Picnic, Cancelled', 'salt', 'The rug is still good; lay it out indoors.'],
    ['Ferry Plaid', 'harbour', 'A tartan for people from no clan in particular, who like boats.'],
    ['Deckchair Row', 'lido', 'Ribbons in the sun, some of them faded on purpose.'],
    ['Tea Towel Diplomacy', 'butter', 'Checks that both sides of the family can accept.'],
    ['Night Train Blanket', 'ink', 'The one folded at the end of the bunk, thicker than it looks.'],
    ['Heather Check', 'heather', 'A hill in bloom, tidied into squares.'],
    ['Loom with a View', 'kelp', 'Greens crossed with greens, and one thread of brass.'],
  ],
}

/** Every pattern that the shop sells, in a fixed order. */
export function allDesigns(): Design[] {
  return Object.entries(drawn).flatMap(([pattern, lines]) => lines.map(([name, palette, note], i) => ({
    name, palette, note, pattern: pattern as PatternName, seed: i * 37 + 11,
  })))
}
