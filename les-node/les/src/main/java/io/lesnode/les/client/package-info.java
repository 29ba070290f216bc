/**
 * The light client: it knows nothing but the genesis block and a few servers, follows the heaviest
 * valid header chain they offer and answers questions about it with verified data only. Public
 * entry: {@link io.lesnode.les.client.LightClient}.
 *
 * <p>Owners: the client loop owns servers, credit, outstanding requests and timers; workers verify
 * answers; the header writer extends the stored header chain; callers block on futures, usually on
 * virtual threads. Must not import the server package.
 */
@NullMarked
package io.lesnode.les.client;

import org.jspecify.annotations.NullMarked;
