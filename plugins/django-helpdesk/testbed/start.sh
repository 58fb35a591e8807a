#!/usr/bin/env bash
# A django-helpdesk to try the plugin on, from nothing: start.sh FOLDER [PORT [HOOK]]
#   FOLDER  where its database and its mail are kept; made if need be
#   PORT    where it listens on this machine, by default 8811
#   HOOK    where it tells of tickets and follow-ups, such as http://127.0.0.1:8812/hook; by default nowhere
# It stays in the foreground. Agent: maya, maya-at-work. The plugin's bot: amends, amends-at-work.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
data=$(cd "$1" && pwd)
port=${2:-8811}
hook=${3:-}
venv=${TESTBED_VENV:-$here/.venv}

# Once for each change of the requirements, and by one at a time.
(
    if command -v flock >/dev/null; then flock 9; fi
    wanted=$(cat "$here/requirements.txt")
    if [ "$(cat "$venv/installed.txt" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$venv"
        "${PYTHON:-python3}" -m venv "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
        echo "$wanted" >"$venv/installed.txt"
    fi
) 9<"$here/requirements.txt"

export TESTBED_DATA=$data DJANGO_SETTINGS_MODULE=helpdesk_site.settings PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" -m django migrate --verbosity 0
"$venv/bin/python" -m django shell --verbosity 0 <"$here/seed.py"
if [ -n "$hook" ]; then
    export HELPDESK_NEW_TICKET_WEBHOOK_URLS=$hook HELPDESK_FOLLOWUP_WEBHOOK_URLS=$hook
fi
echo "The help desk starts at http://127.0.0.1:$port/"
exec "$venv/bin/python" -m gunicorn helpdesk_site.wsgi:application \
    --bind "127.0.0.1:$port" --workers 1 --threads 8 --log-level warning
