// error: Property 'when' does not exist on type '{ at: number; }'
import { merge } from 'fanpipe'
merge([[{ at: 1 }]], { key: (r) => r.when })
