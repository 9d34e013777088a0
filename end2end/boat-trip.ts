import { Program } from './program.mjs';

// Conversations for looking at, and for whatever wants a message of every kind. They are written at the wire, so that
// they stand whatever the page can do.

/** Ann and Bob, before they sail: a reply, an edit, a tombstone, reactions, code, a link, three scripts, an emoji alone. */
export async function planTheBoatTrip(ann: Program, bob: Program): Promise<void> {
  const [toAnn, toBob] = [ann.username, bob.username];
  await bob.says(toAnn, 'Did the tide table for Saturday ever arrive? The harbour office said they’d send it.');
  await ann.says(toBob, 'It did. High water 06:48, so we have to be off the slip by seven.');
  await ann.says(toBob, 'Which means getting up at five. Sorry.');
  const forgiven = await bob.says(toAnn, 'I have forgiven worse.');
  await ann.reacts(toBob, forgiven, '❤️');
  await ann.deletes(toBob, await ann.says(toBob, 'Seven is also when the bakery opens'));
  const mooring = await bob.says(toAnn, 'I am at the mooring just now. No wind at all.');
  const bucket = await ann.says(toBob, '“No wind” is what you said the last time, before we lost the bucket.', mooring);
  await ann.edits(toBob, bucket, '“No wind at all” is what you said the last time, an hour before we lost the bucket.');
  await bob.reacts(toAnn, bucket, '😂');
  await bob.says(
    toAnn,
    'If the little server at home is to look after itself while we are gone, put this into `cron` tonight:\n' +
      '```\n0 3 * * *  duologue backup /mnt/usb/$(date +%F).db\n```\nIt takes a snapshot and stops nothing.',
  );
  const tides = 'https://harbour.example/tides/2026/11/21?station=outer-pier&units=metres&datum=chart&step=10min';
  await ann.says(toBob, `Done. And the tides, in case the office changes them again: ${tides}`);
  const rain = await bob.says(toAnn, '陈阿姨说周六下午有雨，叫我们带上雨衣，别忘了热水瓶。');
  const coffee = await ann.says(toBob, 'شكرًا لها، سأحضر القهوة والخبز.');
  ann.hasRead(toBob, rain);
  bob.hasRead(toAnn, coffee);
  bob.hasStored(toAnn, await ann.says(toBob, 'And somebody’s coat.'));
  await bob.says(
    toAnn,
    'The word on the harbour wall is “Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen”. It fits, if one starts far enough left.',
  );
  await bob.says(toAnn, '⛵️☀️');
  const lamp = await bob.says(toAnn, 'Five o’clock, then. Who brings the lamp?');
  await ann.says(toBob, 'I do. It hangs by the door, so that I cannot leave without it.', lamp);
}

/** The same weekend, in Chinese. */
export async function planTheBoatTripInChinese(ann: Program, peer: Program): Promise<void> {
  const [toAnn, toPeer] = [ann.username, peer.username];
  await peer.says(toAnn, '周六的潮汐表收到了吗？港务处说会寄来的。');
  await ann.says(toPeer, '收到了。06:48 满潮，我们七点前得离开船台。');
  await ann.says(toPeer, '也就是说五点就要起床，抱歉。');
  const forgiven = await peer.says(toAnn, '没关系，比这更早的我也起过。');
  await ann.reacts(toPeer, forgiven, '❤️');
  await peer.deletes(toAnn, await peer.says(toAnn, '面包店七点才开门'));
  const wind = await peer.says(toAnn, '我现在就在码头，一点风也没有。');
  const bucket = await ann.says(toPeer, '上次你也是这么说的，一小时后水桶就丢了。', wind);
  await peer.reacts(toAnn, bucket, '😂');
  await ann.edits(toPeer, bucket, '上次你也是这么说的，结果一小时后水桶就被吹走了。');
  ann.hasRead(toPeer, wind);
  peer.hasRead(toAnn, bucket);
  await peer.says(toAnn, '下午有雨，带上雨衣，别忘了热水瓶。');
  await peer.says(toAnn, '⛵️🌧️');
  const lamp = await peer.says(toAnn, '那就五点见。谁带灯？');
  await ann.says(toPeer, '我带。灯就挂在门边，出门肯定忘不了。', lamp);
}
