/** Whether two types are identical; `any` is identical only to itself. */
export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Fails to compile unless the type is exactly `true`. */
export declare function holds<T extends true>(): void
