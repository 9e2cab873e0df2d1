// error: must have a '[Symbol.iterator]()' method that returns an iterator
import { map } from 'fanpipe/async'
const items = [...map((n: number) => n)([1])]
void items
