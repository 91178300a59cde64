import { describeQueue } from './describe-queue.ts';

describeQueue('postgres');
describeQueue('pglite');
