import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'fanpipe'

/** What was asked of a server, and with what it answered. */
export interface Request {
  readonly path: string
  readonly page: number
  readonly status: number
}

/**
 * A paged API on the loopback: `/NAME?page=N`. Of each name every `failEvery`-th request fails, but no page twice; requests for
 * several names arrive in any order, so each name is counted for itself.
 */
export async function serve<T>(
  lists: Readonly<Record<string, readonly T[]>>,
  pageSize: number,
  failEvery: number,
) {
  const log: Request[] = []
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url as string, 'http://localhost')
    const page = Number(searchParams.get('page'))
    const earlier = log.filter((before) => before.path === path)
    const isAgain = earlier.some((before) => before.page === page)
    const fails = (earlier.length + 1) % failEvery === 0 && !isAgain
    log.push({ path, page, status: fails ? 503 : 200 })
    if (fails) return response.writeHead(503).end()
    const all = lists[path.slice(1)] as readonly T[]
    const items = all.slice(page * pageSize, (page + 1) * pageSize)
    const next = (page + 1) * pageSize < all.length ? page + 1 : undefined
    return response.end(JSON.stringify({ items, next } satisfies Page<T, number>))
  })
  await once(server.listen(0, 'localhost'), 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  return { log, url, close: () => void server.close().closeAllConnections() }
}
