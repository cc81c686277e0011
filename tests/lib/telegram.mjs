// Telegram as the npm package telegram-test-api plays it, and people who talk to a shop's bot there.
//   const telegram = await startTelegram();        the server's MILLPOND_TELEGRAM_API is telegram.url, its token
// telegram.token   const nina = telegram.person(501, 'Nina');     her private chat with the bot   const answer = await
// nina.say('#reef', /Which one/);   types it, and waits for the bot's next message that fits   await nina.tap(/^M\b/,
// /country/);                     taps the newest such button of the bot
import {createRequire} from 'node:module';
import {createServer} from 'node:net';

const TelegramServer = createRequire(import.meta.url)('telegram-test-api');
const WAIT_MS = 60_000;

async function freePort() {
  const probe = createServer();
  await new Promise(resolve => probe.listen(0, '127.0.0.1', resolve));
  const {port} = probe.address();
  await new Promise(resolve => probe.close(resolve));
  return port;
}

export async function startTelegram(token = '4242:double-token') {
  const double = new TelegramServer({port: await freePort(), host: '127.0.0.1', storeTimeout: 3600});
  const waiters = new Set();
  const wake = () => { for (const check of [...waiters]) check(); };
  const handOut = double.getUpdates.bind(double);
  let polls = 0;
  double.getUpdates = asked => { polls++; setImmediate(wake); return handOut(asked); };
  double.on('AddedBotMessage', wake);
  await double.start();

  const until = (ready, what) => new Promise((resolve, reject) => {
    const late = setTimeout(() => { waiters.delete(check); reject(new Error(`never: ${what()}`)); }, WAIT_MS);
    const check = () => {
      const value = ready();
      if (!value) return;
      clearTimeout(late);
      waiters.delete(check);
      resolve(value);
    };
    waiters.add(check);
    check();
  });

  function person(id, name) {
    const client = double.getClient(token, {userId: id, chatId: id, firstName: name, type: 'private'});
    // What the bot wrote to her, oldest first: {text, buttons: [{text, callback_data?, url?}]}.
    const heard = () => double.storage.botMessages.filter(m => String(m.message.chat_id) === String(id)).map(({message}) =>
      ({text: message.text, buttons: (message.reply_markup?.inline_keyboard ?? []).flat()}));
    const since = (count, fits, after) => until(() => heard().slice(count).find(m => fits.test(m.text)),
      () => `${fits} after ${after}; heard ${JSON.stringify(heard().slice(count), null, 1)}`);
    const me = {
      id, name, heard,
      // The newest button with such a label.
      button: label => until(() => heard().flatMap(m => m.buttons).findLast(b => label.test(b.text)),
        () => `a button ${label}; heard ${JSON.stringify(heard(), null, 1)}`),
      hears: (fits, from = 0) => since(from, fits, 'anything'),
      write: text => double.addUserMessage(client.makeMessage(text)),
      async say(text, fits) {
        const count = heard().length;
        await me.write(text);
        return since(count, fits, text);
      },
      async tap(label, fits) {
        const button = await me.button(label);
        if (!button.callback_data || Buffer.byteLength(button.callback_data) > 64)
          throw new Error(`no button for Telegram: ${JSON.stringify(button)}`);
        const count = heard().length;
        await double.addUserCallback(client.makeCallbackQuery(button.callback_data));
        return since(count, fits, `tapping ${button.text}`);
      },
    };
    return me;
  }

  // Asked again after everything there was had been handed out: all of it was taken.
  async function taken() {
    await until(() => double.storage.userMessages.every(update => update.isRead), () => 'everything is handed out');
    const now = polls;
    await until(() => polls > now, () => 'asked again');
  }

  return {
    url: double.config.apiURL, token, person, taken,
    // As if the mark of what was taken were lost on Telegram's side: all of it comes once more.
    repeat() { for (const update of double.storage.userMessages) update.isRead = false; },
    stop: () => double.stop(),
  };
}
