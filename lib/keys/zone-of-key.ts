import { isFixed } from './time-zone.ts'

const zones = new WeakMap<object, string>()

/** Records that a key function reads local times of a zone whose clocks are set back, for a hint in error messages. */
export function noteZone<K extends object>(key: K, zone: string): K {
  if (!isFixed(zone)) zones.set(key, zone)
  return key
}

export const zoneOf = (key: object): string | undefined => zones.get(key)
