/**
 * Whom an ultra light client believes: the trusted servers, and on which heads enough of them
 * agree. Value machines without sockets, clock or disk; {@link
 * io.lesnode.les.client.ulc.HeadAgreement} belongs to the client loop.
 */
@NullMarked
package io.lesnode.les.client.ulc;

import org.jspecify.annotations.NullMarked;
