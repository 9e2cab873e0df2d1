/** Several paged endpoints in turn: the first items that count, and no request more than they take. */
import { compose, fence, filter, fromSource, pageSource, roundRobin, type Page } from 'fanpipe'
import { serve } from './support/api.ts'
import { quakes, type Quake } from './support/data.ts'

/** The items of an endpoint, page after page. */
export const endpoint = <T>(url: string) =>
  pageSource<T, number>(
    async (page = 0, signal) => {
      const response = await fetch(`${url}?page=${page}`, { signal })
      if (!response.ok) throw new Error(`${url}, page ${page}: ${response.status}`)
      return (await response.json()) as Page<T, number>
    },
    { backoff: (failures) => 10 * failures },
  )

/** The first items of several endpoints, one of each in turn, for which that holds. */
export const firstOf = <T>(urls: readonly string[], holds: (item: T) => boolean, first: number) =>
  compose(
    fromSource(() => roundRobin(urls.map((url) => endpoint<T>(url)))),
    filter(holds),
    fence<T>(first),
  )

export async function main(): Promise<void> {
  const names = ['ak', 'ci', 'nc']
  const all = quakes()
  const lists = Object.fromEntries(names.map((name) => [name, all.filter(({ network }) => network === name)]))
  const api = await serve(lists, 5, 3)
  const urls = names.map((name) => `${api.url}/${name}`)
  for await (const { magnitude, place, network } of firstOf<Quake>(
    urls,
    ({ magnitude }) => magnitude >= 2,
    10,
  )())
    console.log(`${magnitude.toFixed(1)} ${network} ${place}`)
  for (const url of urls) {
    const requests = api.log.filter(({ path }) => url.endsWith(path))
    for (const { path, page, status } of requests) console.log(`GET ${path}?page=${page} ${status}`)
  }
  api.close()
}
