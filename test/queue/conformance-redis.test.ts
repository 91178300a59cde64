import { describeQueue } from './describe-queue.ts';

describeQueue('redis');
describeQueue('redis-tls');
describeQueue('redis-sentinel');
describeQueue('redis-cluster');
