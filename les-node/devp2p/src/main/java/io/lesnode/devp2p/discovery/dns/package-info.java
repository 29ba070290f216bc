/**
 * Lists of nodes in DNS (EIP-1459): signed trees of TXT records.
 *
 * <p>Public types: {@link io.lesnode.devp2p.discovery.dns.TreeUrl}, {@link
 * io.lesnode.devp2p.discovery.dns.TreeWalk}, {@link io.lesnode.devp2p.discovery.dns.TxtResolver}.
 *
 * <p>Owner thread: whoever walks, one thread at a time.
 */
@NullMarked
package io.lesnode.devp2p.discovery.dns;

import org.jspecify.annotations.NullMarked;
