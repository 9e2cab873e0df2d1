// error: Type '"skip"' is not assignable to type 'Keyless | undefined'
import { merge } from 'fanpipe'
merge([[1]], { keyless: 'skip' })
