/**
 * What a light client knows of the transactions that it sent, as a value machine: sendings,
 * sightings and heads in, decisions and records to keep out. {@link
 * io.lesnode.les.client.tx.PendingSet} is confined to the client loop; everything else is
 * immutable.
 */
@NullMarked
package io.lesnode.les.client.tx;

import org.jspecify.annotations.NullMarked;
