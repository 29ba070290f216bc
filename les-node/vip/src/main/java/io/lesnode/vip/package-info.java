/**
 * vip/1 on connections: the drivers around the value machines of {@code io.lesnode.vipnode}. The
 * server's side sells capacity of a {@code LesServer}; the client's side buys it for a {@code
 * LightClient}; both read the chain through a {@code ChainView} of their own.
 */
@NullMarked
package io.lesnode.vip;

import org.jspecify.annotations.NullMarked;
