interface Client {
  query(sql: string, values?: unknown[]): Promise<{ rows: { five: number }[] }>;
}

/** Two reviews of five stars at once, each of which writes what it has read plus one. */
export async function countStarsByReading(clients: readonly Client[], productId: string) {
  const read = 'SELECT five FROM product_rating WHERE product_id = $1';
  const seen = await Promise.all(clients.map((client) => client.query(read, [productId])));
  for (const [index, client] of clients.entries()) {
    const five = (seen[index]?.rows[0]?.five ?? 0) + 1;
    await client.query(
      `INSERT INTO product_rating (product_id, five) VALUES ($1, $2)
       ON CONFLICT (product_id) DO UPDATE SET five = excluded.five`,
      [productId, five],
    );
  }
}
