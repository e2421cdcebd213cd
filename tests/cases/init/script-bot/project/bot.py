import asyncio
import os

import discord

client = discord.Client(intents=discord.Intents.default())


@client.event
async def on_ready():
    print("ready")


def main():
    client.run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main()
