import { readFileSync } from 'node:fs'

/** The peak resident memory in MiB of this process alone: on Linux what `resourceUsage` tells begins with its parent's. */
export function peak(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) / 1024
}
