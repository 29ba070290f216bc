/**
 * The client's side of LES credit: {@link io.lesnode.flowcontrol.client.ServerCredit}, the lowest
 * estimate of what a server still owes us.
 *
 * <p>Owner: the node loop. Imports the JDK only.
 */
@NullMarked
package io.lesnode.flowcontrol.client;

import org.jspecify.annotations.NullMarked;
