// What whoever starts the baseline says in the environment.
import process from 'node:process';
import pg from 'pg';

export const settings = {
  folder: process.env.BASELINE_FOLDER,
  accounts: Number(process.env.BASELINE_ACCOUNTS ?? 16),
  picture: process.env.BASELINE_PICTURE,
  webhookUrl: process.env.BASELINE_WEBHOOK_URL,
  webhookSecret: process.env.BASELINE_WEBHOOK_SECRET,
};

// Host, port, user, password and database come from PGHOST and its sisters.
export const database = (connections) => new pg.Pool({ max: connections });

export const redis = () => ({ host: '127.0.0.1', port: Number(process.env.BASELINE_REDIS_PORT), maxRetriesPerRequest: null });

export const queueName = 'jobs';
