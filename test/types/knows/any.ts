/** An input of type any compiles. */
import * as f from 'fanpipe'
import * as i from 'fanpipe/iter'

declare const whatever: any
void [
  f.chain(whatever),
  f.chain([whatever]),
  f.merge([whatever], { key: (r) => r }),
  f.multicast(whatever, 2),
  f.zip(whatever),
  f.zip([whatever, [1]]),
]
void [
  i.pipe(
    whatever,
    i.map((x) => x),
  ),
  i.map((x: number) => x)(whatever),
  f.chain([]),
  i.merge([]),
]
