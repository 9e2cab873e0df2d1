const zones = new WeakMap<object, string>()

/** Notes that a key function reads times of a zone whose clocks are set back. */
export function noteZone<K extends object>(key: K, zone: string): K {
  zones.set(key, zone)
  return key
}

export const zoneOf = (key: object): string | undefined => zones.get(key)
