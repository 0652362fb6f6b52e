"""How the bot hears: long polling or a webhook, never both."""

from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.updates import conflict
from bot.sandbox.telegram.wire import Json, RefusalError

WEBHOOK_IS_ON = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


async def get_updates(telegram: Telegram, parameters: Parameters) -> list[Json]:
    if telegram.faults.active("telegram", "conflict"):
        raise conflict()
    if telegram.webhook.url:
        raise RefusalError(409, f"Conflict: {WEBHOOK_IS_ON}")
    _remember_kinds(telegram, parameters)
    return await telegram.updates.poll(
        parameters.integer("offset"), parameters.integer("limit", 100), parameters.integer("timeout")
    )


async def set_webhook(telegram: Telegram, parameters: Parameters) -> bool:
    _remember_kinds(telegram, parameters)
    if parameters.flag("drop_pending_updates"):
        telegram.updates.drop_all()
    await telegram.webhook.set(parameters.text("url"), parameters.text("secret_token"))
    return True


async def delete_webhook(telegram: Telegram, parameters: Parameters) -> bool:
    if parameters.flag("drop_pending_updates"):
        telegram.updates.drop_all()
    await telegram.webhook.set("", "")
    return True


async def get_webhook_info(telegram: Telegram, parameters: Parameters) -> Json:
    return telegram.webhook.info()


def _remember_kinds(telegram: Telegram, parameters: Parameters) -> None:
    if parameters.values.get("allowed_updates") is not None:
        telegram.updates.allow([str(kind) for kind in parameters.list("allowed_updates")])


METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
