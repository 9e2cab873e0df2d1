/** Telemetry of several devices: each value beside the average of its window, strictly 1:1. */
import {
  cast,
  compose,
  csvSource,
  ensureContiguous,
  fence,
  filter,
  fork,
  fromSource,
  map,
  pipe,
  project,
  rollingAverageBy,
  valuesAfter,
} from 'fanpipe'
import { dataset } from './support/data.ts'

export interface Reading {
  readonly device: string
  readonly value: number
}

const deviceOf = ({ device }: Reading): string => device
const average = (width: number) => rollingAverageBy(deviceOf, ({ value }: Reading) => value, width)

const isWarm = filter(({ value }: Reading) => value > 0)

/** Readings of one device after the other, each with the average of the last `width`. */
export const smoothed = (width: number) =>
  compose(
    ensureContiguous(deviceOf),
    fork([valuesAfter<Reading>(width, deviceOf), average(width)]),
    map(([{ device, value }, { average }]) => ({ device, value, average })),
  )

/** The same with a stage that leaves items out, which is an error: a tuple would be incomplete. */
export const uneven = (width: number) =>
  fork([compose(valuesAfter<Reading>(width, deviceOf), isWarm), average(width)])

export async function main(): Promise<void> {
  const readings = compose(
    fromSource(csvSource(dataset('weather.csv'))),
    project(['location', 'temp_max']),
    cast({ temp_max: 'number' }),
    map(({ location, temp_max }): Reading => ({ device: String(location), value: temp_max })),
  )
  for await (const { device, value, average } of compose(readings, smoothed(7), fence(5))())
    console.log(`${device} ${value} °C, ${average.toFixed(2)} °C in a week`)
  const mismatch = pipe(readings(), uneven(7)).toArray()
  console.log(String(await mismatch.catch((error: unknown) => error)))
}
