import { readFileSync } from 'node:fs'

/** The peak RSS of this process in MiB. On Linux, `resourceUsage().maxRSS` of a child starts at its parent's value. */
export function peak(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) / 1024
}
