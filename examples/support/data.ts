import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of vega-datasets. */
export const dataset = (name: string): string =>
  fileURLToPath(import.meta.resolve(`vega-datasets/data/${name}`))

/** An earthquake of the US Geological Survey. */
export interface Quake {
  readonly time: number
  readonly magnitude: number
  readonly place: string
  readonly network: string
}

interface Feature {
  readonly properties: {
    readonly time: number
    readonly mag: number
    readonly place: string
    readonly net: string
  }
}

/** A week of earthquakes, newest first. */
export function quakes(): Quake[] {
  const { features } = JSON.parse(readFileSync(dataset('earthquakes.json'), 'utf8')) as {
    features: Feature[]
  }
  return features.map(({ properties: { time, mag, place, net } }) => ({
    time,
    magnitude: mag,
    place,
    network: net,
  }))
}
