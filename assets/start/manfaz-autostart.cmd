@echo off
rem Start Manfaz over the full screen when the shop's account signs in. Run it under that account.
rem   manfaz-autostart.cmd        from its Run key on
rem   manfaz-autostart.cmd /off   not any more
rem The account should be a standard one, with a password. Ctrl+Alt+Del stays: only Shell Launcher editions can take it away.
setlocal
set "KEY=HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
del /q "%APPDATA%\Microsoft\Windows\Start Menu\Programs\Startup\Manfaz.lnk" 2>nul
reg delete "%KEY%" /v Manfaz /f >nul 2>nul
if /i "%~1"=="/off" exit /b 0
set "PROGRAM=%MANFAZ%"
if not defined PROGRAM if defined MANFAZ_PROGRAM set "PROGRAM=%MANFAZ_PROGRAM%\manfaz.exe"
if not defined PROGRAM set "PROGRAM=%ProgramFiles%\Manfaz\manfaz.exe"
if not exist "%PROGRAM%" (echo Manfaz is not installed & exit /b 1)
reg add "%KEY%" /v Manfaz /t REG_SZ /d "\"%PROGRAM%\" --full-screen" /f >nul || exit /b 1
echo %PROGRAM%
