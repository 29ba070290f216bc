/**
 * The server's side of LES credit: {@link io.lesnode.flowcontrol.server.ClientCredit}, one client's
 * token bucket; {@link io.lesnode.flowcontrol.server.CreditManager}, which shares the recharge that
 * is left over and lets the total capacity float; and {@link
 * io.lesnode.flowcontrol.server.ServingQueue}, which orders admitted requests and freezes clients
 * when too much waits.
 *
 * <p>Owner: the node loop. Imports the JDK only.
 */
@NullMarked
package io.lesnode.flowcontrol.server;

import org.jspecify.annotations.NullMarked;
