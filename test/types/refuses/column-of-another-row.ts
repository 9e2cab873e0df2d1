// error: is not assignable to
import { pipe, project } from 'fanpipe/iter'
pipe([{ at: 1 }], project(['att']))
