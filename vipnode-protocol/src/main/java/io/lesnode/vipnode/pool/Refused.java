package io.lesnode.vipnode.pool;

import io.lesnode.payment.RefusalCode;

/** Why a member's message is not followed; goes to the member. */
record Refused(RefusalCode code, String text) {}
