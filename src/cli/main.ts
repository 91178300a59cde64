#!/usr/bin/env node
import { runProgram } from './program.ts';
import { surroundingsOfProcess } from './surroundings.ts';

const exitCode = await runProgram(process.argv.slice(2), surroundingsOfProcess());
// What was written must be out before the end; an idle connection must not delay it.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
