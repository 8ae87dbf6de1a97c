// Verifies one file and says so: what a small program on these libraries takes from start to verdict.
// Usage: node check.mjs CONTEXTS FILE

import {loader, verifier} from './verifier.mjs';
import {readFileSync} from 'node:fs';

const [folder, file] = process.argv.slice(2);
const holds = await verifier(loader(folder))(readFileSync(file, 'utf8'), new Date().toISOString());
console.log(holds ? 'holds' : 'does not hold');
process.exitCode = holds ? 0 : 1;
