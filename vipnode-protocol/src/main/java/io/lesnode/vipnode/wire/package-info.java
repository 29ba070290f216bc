/**
 * The wire of the devp2p capability {@code vip/1}: every message as one record, decoded strictly
 * and once, and what its signatures sign.
 *
 * <p>Public types: {@link io.lesnode.vipnode.wire.VipMessage} (the closed set) with {@link
 * io.lesnode.vipnode.wire.OfferTerms}, {@link io.lesnode.vipnode.wire.Price} and the enums of its
 * numbers, {@link io.lesnode.vipnode.wire.VipCodec}, {@link io.lesnode.vipnode.wire.VipCapability},
 * {@link io.lesnode.vipnode.wire.VipSignatures}, {@link io.lesnode.vipnode.wire.PoolGrant}, {@link
 * io.lesnode.vipnode.wire.VipRecordEntry} and {@link io.lesnode.vipnode.wire.VipTalk} for
 * discovery, {@link io.lesnode.vipnode.wire.VipWireException}.
 *
 * <p>Everything here is immutable or stateless and may be used on any thread. No network, no disk,
 * no clock. The tables are in docs/vip.md.
 */
@NullMarked
package io.lesnode.vipnode.wire;

import org.jspecify.annotations.NullMarked;
